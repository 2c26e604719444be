package dev.coatcheck.browser;

/** The way in which a page, its frame or its user asks for something. */
public enum RequestKind {
    /** {@code fetch(…)}. */
    FETCH,
    /** {@code XMLHttpRequest}. */
    XHR,
    /** A form that is submitted; a navigation. */
    FORM,
    /** A link that is followed; a navigation. */
    LINK,
    /** {@code location = …}; a navigation. */
    LOCATION,
    /** {@code window.open(…)}; a navigation in a new window, the page stays. */
    OPEN,
    /** An address typed by the user; a navigation without an initiator. */
    TYPED,
    /** The page loaded again; keeps what began the last navigation. */
    RELOAD,
    /** An {@code <img>}. */
    IMAGE,
    /** A {@code <script src>}. */
    SCRIPT,
    /** An {@code <iframe src>} added to the page; a navigation of the frame. */
    IFRAME,
    /** {@code navigator.sendBeacon(…)}. */
    BEACON,
    /** {@code new EventSource(…)}. */
    EVENT_SOURCE,
    /** {@code new WebSocket(…)}. */
    WEB_SOCKET;

    /** Whether the request replaces a document: SameSite and Origin have rules of their own for navigations. */
    public boolean isNavigation() {
        return switch (this) {
            case FORM, LINK, LOCATION, OPEN, TYPED, RELOAD, IFRAME -> true;
            default -> false;
        };
    }
}
