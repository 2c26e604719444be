/** Why a sign-in does not hold: a live visit through the browser model, recorded visits, single headers, and the change to make. */
package dev.coatcheck.doctor;
