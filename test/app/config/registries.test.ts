import { expect, test } from 'vitest'
import {
  parseConfig,
  registryName,
  searchedRegistries,
  speakingRegistries,
} from '../../../src/app/config/index.ts'

const configOf = (source: string, registries: string) =>
  parseConfig(
    `local: {cluster: east}\nclusters: [{id: east, source: ${source}}, {id: west, source: {manifests: w}}]\nregistries: ${registries}\n`,
    '/etc/meridian.yaml',
  )

test.each([
  ['{manifests: e}', '[{kubefed: {}}]', [], ['east']],
  ['{manifests: e}', '[{karmada: {}}]', [], ['east']],
  ['{manifests: e}', '[{secrets: {namespace: m}}]', ['secrets'], []],
  ['{manifests: e}', '[{kubefed: {}, inCluster: true}]', ['kubefed'], ['registries[0]']],
  ['{manifests: e}', '[{kubefed: {}, kubeconfig: {path: /k}}]', ['kubefed of /k'], ['registries[0]']],
  ['{inCluster: true}', '[{kubefed: {}}]', ['kubefed'], ['east']],
  [
    '{kubeconfig: {path: /k}}',
    '[{secrets: {namespace: m}}, {kubefed: {}}]',
    ['secrets', 'kubefed'],
    ['east'],
  ],
])('of a local cluster %s and registries %s', (source, registries, searched, views) => {
  const config = configOf(source, registries)
  expect(searchedRegistries(config).map(registryName)).toEqual(searched)
  // Files say what they say of services all the same.
  expect(speakingRegistries(config).map(({ view }) => view)).toEqual(views)
})
