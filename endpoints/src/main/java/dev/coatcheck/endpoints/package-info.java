/** The HTTP API under /auth; see docs/http-api.md for the wire contract. */
package dev.coatcheck.endpoints;
