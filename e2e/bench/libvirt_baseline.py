"""Baselines of `npm run bench`: libvirt's own C client (python3-libvirt), run beside ours.

Usage: libvirt_baseline.py MODE URI [COUNT]. Prints one JSON object.

  connect   replays the calls that virt-manager makes until all domains are shown (connection.py, object/domain.py):
            probes, event registrations one after the other, then three calls for each domain
  tick      COUNT of virt-manager's steady ticks (NODE_GET_INFO and one bulk-stats call with flags 0)
  pervm     COUNT rounds of reading each running domain by itself (info and state)
  latency   COUNT calls of NODE_GET_INFO, one after the other; gives the median
"""

import json
import statistics
import sys
import time

import libvirt


def replay_connect(uri):
    start = time.monotonic()
    conn = libvirt.open(uri)
    calls = 4
    for probe in (conn.listAllDomains, conn.listAllNetworks, conn.listAllStoragePools, conn.listAllDevices):
        try:
            probe()
        except libvirt.libvirtError:
            pass  # a driver without that kind of object; virt-manager notes it and goes on
        calls += 1
    conn.getCapabilities()
    for event in (0, 1, 2, 8, 9, 13, 15, 17, 18, 19, 21, 23):
        conn.domainEventRegisterAny(None, event, lambda *_: None, None)
        calls += 1
    domains = conn.listAllDomains()
    calls += 2
    for domain in domains:
        domain.info()
        domain.XMLDesc(0)
        domain.hasManagedSaveImage(0)
        calls += 3
    return {"ms": (time.monotonic() - start) * 1000, "calls": calls, "domains": len(domains)}


def ticks(uri, count):
    conn = libvirt.open(uri)
    conn.getAllDomainStats(0, 0)
    cpu = time.process_time()
    for _ in range(count):
        conn.getInfo()
        conn.getAllDomainStats(libvirt.VIR_DOMAIN_STATS_STATE | libvirt.VIR_DOMAIN_STATS_CPU_TOTAL, 0)
    return {"cpuMs": (time.process_time() - cpu) * 1000, "calls": 2 * count}


def per_vm(uri, count):
    conn = libvirt.open(uri)
    domains = conn.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_ACTIVE)
    cpu = time.process_time()
    calls = 0
    for _ in range(count):
        for domain in domains:
            domain.info()
            domain.state(0)
            calls += 2
    return {"cpuMs": (time.process_time() - cpu) * 1000, "calls": calls, "domains": len(domains)}


def latency(uri, count):
    conn = libvirt.open(uri)
    for _ in range(200):
        conn.getInfo()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        conn.getInfo()
        times.append(time.perf_counter() - start)
    return {"microseconds": statistics.median(times) * 1e6, "calls": count}


def main():
    libvirt.virEventRegisterDefaultImpl()
    libvirt.registerErrorHandler(lambda *_: None, None)
    mode, uri = sys.argv[1], sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if mode == "connect":
        result = replay_connect(uri)
    else:
        result = {"tick": ticks, "pervm": per_vm, "latency": latency}[mode](uri, count)
    print(json.dumps(result))


main()
