# Read by the scripts beside it: starts a command of the module's program.
start() {
    if [ ! -f "$root/bench/target/classpath" ]; then
        echo "There is no $root/bench/target/classpath: run ./mvnw -DskipTests package first." >&2
        exit 2
    fi
    terminal=false
    [ -t 2 ] && terminal=true
    exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -Dcoatcheck.bench.terminal=$terminal \
        -cp "$root/bench/target/classes:$(cat "$root/bench/target/classpath")" dev.coatcheck.bench.Main "$@"
}
