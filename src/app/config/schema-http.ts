import { key, listenAddress, section } from './values.ts'

export const admin = key(
  section({
    listen: key(
      listenAddress().prefault('127.0.0.1:9153'),
      'Where HTTP serves /metrics, /healthz, /readyz and what the commands ask. `[::]` is every address, of IPv4 too.',
      '0.0.0.0:9153',
    ),
  }).prefault({}),
  'The admin server.',
)

export const health = key(
  section({
    listen: key(
      listenAddress().nullable().prefault(null),
      'Where /healthz and /readyz are served besides, by a thread that nothing else holds up; null: nowhere else. `[::]` is every address, of IPv4 too.',
      '0.0.0.0:8081',
    ),
  }).prefault({}),
  'The listener for probes.',
)
