-- Cluster, a session's slot: forgets an old tombstone. KEYS: record. ARGV: user.
forget_tombstone(KEYS[1], ARGV[1])
return {}
