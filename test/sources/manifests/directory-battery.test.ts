import { watchDirectory } from '../../../src/sources/manifests/index.ts'
import { type Fixture, type RawObject, sourceBattery } from '../../support/source-battery.ts'
import { temporary } from '../../support/temporary.ts'

const fileOf = ({ kind, metadata }: RawObject): string =>
  `${kind}-${metadata.namespace}-${metadata.name}.yaml`

/** One object a file; JSON is YAML. */
const inDirectory = (options: { rescanMs: number }) => async (): Promise<Fixture> => {
  const directory = await temporary()
  return {
    start: watchDirectory(directory.path, { debounceMs: 1, ...options }),
    put: (object) => directory.replace(fileOf(object), JSON.stringify(object)),
    remove: (object) => directory.remove(fileOf(object)),
    break: (object) => directory.replace(fileOf(object), 'kind: [Service'),
    close: directory.close,
  }
}

sourceBattery('a directory told of by the file system', inDirectory({ rescanMs: 600_000 }))
sourceBattery('a directory looked through periodically', inDirectory({ rescanMs: 5 }))
