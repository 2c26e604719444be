package dev.coatcheck.stores.sql;

import java.util.Collection;
import java.util.Map;

/** Where the databases' SQL differs: the attributes in their JSON column, and the later of two times. */
interface Dialect {
    Dialect SQLITE = new SqliteDialect();

    /** The later of a column and an argument. */
    String later(String column, String argument);

    /** A condition: the attributes are JSON, so that the functions below don't fail. */
    String attributesAreReadable();

    /** The version of an attribute, 0 when it is absent. */
    Fragment version(String attribute);

    /** The attributes without all but these. */
    Fragment only(Collection<String> survivors);

    /** The attributes that the base gives, without some and with others, whose version is {@code revision + 1}. */
    Fragment changed(Fragment base, Collection<String> removed, Map<String, String> written);
}
