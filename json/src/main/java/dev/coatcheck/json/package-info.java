/** JSON for session values ({@link dev.coatcheck.json.JsonValues}), request bodies and answers (RFC 8259, RFC 7493). */
package dev.coatcheck.json;
