/** The pipeline as a servlet filter (Jakarta Servlet 6.1): start with {@link dev.coatcheck.servlet.CoatcheckFilter}. */
package dev.coatcheck.servlet;
