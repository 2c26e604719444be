package dev.coatcheck.browser;

import dev.coatcheck.site.Site;

/**
 * What a {@code Partitioned} cookie is kept under (CHIPS §2): the site in the address bar, and whether a document in between belongs to
 * another site.
 *
 * @param topLevelSite the site of the top-level page
 * @param hasCrossSiteAncestor whether the context is cross-site to the page or one of its ancestors
 */
public record PartitionKey(Site topLevelSite, boolean hasCrossSiteAncestor) {}
