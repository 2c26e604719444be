/** Facts of the web that servers and browsers must agree on: origins, sites, public suffixes, cookie syntax. */
package dev.coatcheck.site;
