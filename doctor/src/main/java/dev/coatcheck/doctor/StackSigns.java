package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkResponse;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Recognises what a backend is built with by what it lets slip: cookie names, headers, error pages. */
final class StackSigns {
    private record Sign(Stack stack, Predicate<NetworkResponse> shows) {}

    /** The surer sign stands first. */
    private static final List<Sign> SIGNS = List.of(
            new Sign(Stack.COATCHECK, cookie(name -> name.contains("coatcheck"))),
            new Sign(Stack.COATCHECK, StackSigns::isOurProblem),
            new Sign(
                    Stack.LARAVEL,
                    cookie(name -> name.endsWith("laravel_session") || name.endsWith("laravel-session"))),
            new Sign(Stack.LARAVEL, cookie(name -> name.equals("xsrf-token")).and(header("X-Powered-By", "php"))),
            new Sign(Stack.DJANGO, cookie(name -> name.equals("csrftoken") || name.equals("sessionid"))),
            new Sign(Stack.DJANGO, header("Server", "wsgiserver/").and(header("Server", "cpython"))),
            new Sign(
                    Stack.DJANGO,
                    header("X-Frame-Options", "deny")
                            .and(header("Cross-Origin-Opener-Policy", "same-origin"))
                            .and(header("Referrer-Policy", "same-origin"))),
            new Sign(Stack.EXPRESS, header("X-Powered-By", "express")),
            new Sign(Stack.EXPRESS, cookie(name -> name.equals("connect.sid"))),
            new Sign(Stack.SPRING, cookie(name -> name.equals("jsessionid"))),
            new Sign(
                    Stack.SPRING,
                    header("X-Content-Type-Options", "nosniff")
                            .and(header("X-XSS-Protection", "0"))
                            .and(header("Expires", "0"))),
            new Sign(Stack.SPRING, response -> response.body().contains("Whitelabel Error Page")),
            new Sign(Stack.ASPNET, cookie(name -> name.startsWith(".aspnetcore."))),
            new Sign(Stack.ASPNET, header("X-Powered-By", "asp.net")),
            new Sign(Stack.ASPNET, header("Server", "kestrel")),
            new Sign(Stack.PHP, header("X-Powered-By", "php")),
            new Sign(Stack.PHP, cookie(name -> name.equals("phpsessid"))),
            new Sign(Stack.NGINX, header("Server", "nginx")));

    private StackSigns() {}

    static Stack recognise(Visit visit) {
        return visit.plan()
                .stack()
                .orElseGet(() -> recognise(
                        Stream.concat(visit.answers(), visit.raws().stream().flatMap(raw -> raw.response().stream()))
                                .toList()));
    }

    static Stack recognise(List<NetworkResponse> answers) {
        return SIGNS.stream()
                .filter(sign -> answers.stream().anyMatch(sign.shows()))
                .map(Sign::stack)
                .findFirst()
                .orElse(Stack.UNKNOWN);
    }

    private static Predicate<NetworkResponse> header(String name, String part) {
        return response -> response.headers().all(name).stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(part));
    }

    private static Predicate<NetworkResponse> cookie(Predicate<String> name) {
        return response -> response.headers().all("Set-Cookie").stream()
                .map(line -> line.substring(0, Math.max(0, line.indexOf('=')))
                        .strip()
                        .toLowerCase(Locale.ROOT))
                .anyMatch(name);
    }

    private static boolean isOurProblem(NetworkResponse response) {
        Headers headers = response.headers();
        return headers.first("Content-Type")
                        .filter(type -> type.startsWith("application/problem+json"))
                        .isPresent()
                && response.body().contains("coatcheck");
    }
}
