import { expect, test } from 'vitest'
import { createExposition } from '../../../src/app/admin/index.ts'
import { createLog, createTelemetry } from '../../../src/words/observe/index.ts'
import { metricsOf } from '../../support/metrics.ts'

function telemetry() {
  const made = createTelemetry(createLog('silent'))
  const exposition = createExposition(made.metrics, made.histograms)
  return { ...made, exposition, samples: async () => metricsOf(await exposition.text()).samples }
}

test('bugs are counted each time', async () => {
  const { bug, samples } = telemetry()
  bug(new Error('one'))
  bug(new Error('one'))
  bug('not even an error')
  expect((await samples()).get('meridian_dns_bugs_total')).toBe(3)
})

test('what is counted shows when somebody looks, as often as somebody looks', async () => {
  const { counts, connections, programmed, samples } = telemetry()
  const { requests, dropped, duration } = counts
  requests.count('global', 33, 0, 'tcp')
  dropped('unread')
  connections(7)
  duration.record(2e-5)
  programmed(-3)
  const first = await samples()
  expect(
    first.get('meridian_dns_requests_total{zone="global",type="SRV",rcode="NOERROR",transport="tcp"}'),
  ).toBe(1)
  expect(first.get('meridian_dns_dropped_total{reason="unread"}')).toBe(1)
  expect(first.get('meridian_dns_tcp_connections')).toBe(7)
  expect(first.get('meridian_dns_request_duration_seconds_bucket{le="0.00001"}')).toBe(0)
  expect(first.get('meridian_dns_request_duration_seconds_bucket{le="0.000025"}')).toBe(1)
  // A clock that is behind the cluster's is no negative time.
  expect(first.get('meridian_dns_programming_duration_seconds_sum')).toBe(0)
  const second = await samples()
  expect(second.get('meridian_dns_dropped_total{reason="unread"}')).toBe(1)
})

test('a configuration that was refused shows until one is taken', async () => {
  const { reloaded, samples } = telemetry()
  const shown = async () => (await samples()).get('meridian_config_last_reload_successful')
  expect(await shown()).toBe(1)
  reloaded(false)
  expect(await shown()).toBe(0)
  reloaded(true)
  expect(await shown()).toBe(1)
})

test('two servers in one process count apart', async () => {
  const [one, other] = [telemetry(), telemetry()]
  one.counts.dropped('short')
  expect((await other.samples()).get('meridian_dns_dropped_total{reason="short"}')).toBeUndefined()
  expect((await one.samples()).get('meridian_dns_dropped_total{reason="short"}')).toBe(1)
})

test('the content type is the text format’s', () => {
  expect(telemetry().exposition.contentType).toContain('text/plain; version=0.0.4')
})
