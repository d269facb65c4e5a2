package main

// fleetDialect is SMPP behind a queue: references go into it, and engines inside the servers take them off. One of the servers runs
// the queue, too; when it is killed, the other one takes over.
type fleetDialect struct{ smppDialect }

// againSeconds is how long what a dead engine had in hand stays there: no longer than a server sleeps over its leases.
const againSeconds = 1

func (d fleetDialect) channel(address string) JSON {
	return JSON{"name": "fleet", "kind": "nats", "nats": JSON{"workers": 2, "again_seconds": againSeconds, "behind": d.link(address)}}
}
