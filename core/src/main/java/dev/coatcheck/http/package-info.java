/** A request and an answer, without a framework, and what may be believed of a proxy. */
package dev.coatcheck.http;
