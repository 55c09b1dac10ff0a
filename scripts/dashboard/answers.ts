/** Rows about queries and their answers. */
import type { Row } from './grafana.ts'
import { graph, M, quantile, rateBy, stat } from './panels.ts'

export const GLANCE: Row = {
  title: 'At a glance',
  panels: [
    stat(
      'Replicas not ready',
      'short',
      'Replicas that are scraped and not ready: they start, drain, or wait for a cluster. More than the Service can spare is an outage.',
      `count(meridian_ready{${M}} == 0) or vector(0)`,
      [1, 2],
    ),
    stat(
      'Queries',
      'reqps',
      'Queries answered each second, all outcomes.',
      `sum(rate(meridian_dns_requests_total{${M}}[5m]))`,
    ),
    stat(
      'SERVFAIL',
      'percentunit',
      'Share of the queries that end in SERVFAIL. More than none has a reason: see the row of outcomes.',
      `sum(rate(meridian_dns_requests_total{${M}, rcode="SERVFAIL"}[5m])) / sum(rate(meridian_dns_requests_total{${M}}[5m])) or vector(0)`,
      [0.001, 0.01],
    ),
    stat(
      'Clusters not live',
      'short',
      'Clusters that at least one replica sees as stale, down, unreachable or never heard.',
      `count(max by (cluster) (meridian_cluster_state{${M}, state!="live"}) == 1) or vector(0)`,
      [1, 2],
    ),
    stat('Services', 'short', 'Services in the clusterset.', `sum(max by (type) (meridian_imports{${M}}))`),
    stat(
      'Alerts',
      'short',
      'Alerts of Meridian that fire now; each has a runbook.',
      'count(ALERTS{alertname=~"Meridian.+", alertstate="firing", namespace=~"$namespace|"}) or vector(0)',
      [1, 2],
    ),
  ],
}

export const OUTCOMES: Row = {
  title: 'Which zone, type and outcome',
  panels: [
    graph(8, 'Queries by zone', 'reqps', {
      description:
        'Which zones are asked for. `other` is outside all of them: those are refused, and a forwarder sends too much.',
      queries: [[rateBy('meridian_dns_requests_total', 'zone'), '{{zone}}']],
      stacked: true,
    }),
    graph(8, 'Queries by type', 'reqps', {
      description:
        'Which record types. As many AAAA as A is normal, and NODATA for them in an IPv4 clusterset too.',
      queries: [[rateBy('meridian_dns_requests_total', 'type'), '{{type}}']],
      stacked: true,
    }),
    graph(8, 'Queries by outcome', 'reqps', {
      description: 'NXDOMAIN comes from search lists, mostly. NODATA counts as NOERROR.',
      queries: [[rateBy('meridian_dns_requests_total', 'rcode'), '{{rcode}}']],
      stacked: true,
    }),
    graph(8, 'SERVFAIL and REFUSED', 'percentunit', {
      description:
        'Their shares of all queries, by zone. SERVFAIL: a cluster was never heard, or a bug. REFUSED: outside the zones, or not allowed.',
      queries: [
        [
          `sum by (rcode, zone) (rate(meridian_dns_requests_total{${M}, rcode=~"SERVFAIL|REFUSED"}[$__rate_interval])) / scalar(sum(rate(meridian_dns_requests_total{${M}}[$__rate_interval])))`,
          '{{rcode}} {{zone}}',
        ],
      ],
    }),
    graph(8, 'No route', 'reqps', {
      description:
        'Empty answers for services that exist and that nobody can be reached for from where the asker is.',
      queries: [[rateBy('meridian_dns_no_route_total', 'zone'), '{{zone}}']],
    }),
    graph(8, 'Given up, and bugs', 'reqps', {
      description:
        'Queries, replies and connections given up. `short`, `response`, `port0`, `oversized`, `partial` and `unread` are the peer’s fault; the others are not. What the kernel drops before Meridian sees it is not in here.',
      queries: [
        [rateBy('meridian_dns_dropped_total', 'reason'), '{{reason}}'],
        [`sum(rate(meridian_dns_bugs_total{${M}}[$__rate_interval]))`, 'bugs'],
      ],
    }),
  ],
}

export const ANSWERING: Row = {
  title: 'Which cluster answers',
  panels: [
    graph(12, 'Share of answers by cluster', 'percentunit', {
      description:
        'Of the answers with addresses, whose they are. What routing is set to shows here, failovers and drains too.',
      queries: [
        [
          `${rateBy('meridian_dns_answers_by_cluster_total', 'cluster')} / scalar(sum(rate(meridian_dns_answers_by_cluster_total{${M}}[$__rate_interval])))`,
          '{{cluster}}',
        ],
      ],
      stacked: true,
    }),
    graph(12, 'Answers by zone and cluster', 'reqps', {
      description: 'A Headless answer holds addresses of several clusters, and counts for each.',
      queries: [[rateBy('meridian_dns_answers_by_cluster_total', 'zone, cluster'), '{{zone}} {{cluster}}']],
    }),
  ],
}

export const FAST: Row = {
  title: 'How fast',
  panels: [
    graph(8, 'Time to answer', 's', {
      description:
        'From a query in memory to its reply in memory: routing and encoding, without the network and without waiting in the socket.',
      queries: [
        [quantile(0.5, 'meridian_dns_request_duration_seconds', '$__rate_interval'), 'p50'],
        [quantile(0.9, 'meridian_dns_request_duration_seconds', '$__rate_interval'), 'p90'],
        [quantile(0.99, 'meridian_dns_request_duration_seconds', '$__rate_interval'), 'p99'],
      ],
    }),
    graph(8, 'Event loop lag', 's', {
      description: 'Of the thread that watches clusters and answers TCP. UDP is answered by another thread.',
      queries: [[`max by (instance) (nodejs_eventloop_lag_p99_seconds{${M}})`, 'p99 {{instance}}']],
    }),
    graph(8, 'TCP connections', 'short', {
      description:
        'Open now. dns.tcp.connections bounds them: beyond it the longest idle goes of whoever has most.',
      queries: [[`sum by (instance) (meridian_dns_tcp_connections{${M}})`, '{{instance}}']],
    }),
  ],
}
