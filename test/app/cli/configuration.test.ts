import { expect, onTestFinished, test } from 'vitest'
import { serverFrom } from '../../../src/app/cli/configuration.ts'
import { temporary } from '../../support/temporary.ts'

test.each([
  ['"[::]:9153"', '127.0.0.1:9153'],
  ['"0.0.0.0:9999"', '127.0.0.1:9999'],
  ['"[::1]:9153"', '[::1]:9153'],
  ['"192.0.2.7:9153"', '192.0.2.7:9153'],
])('a server whose admin.listen is %s is asked at %s', async (listen, asked) => {
  const directory = await temporary()
  onTestFinished(directory.close)
  const clusters = 'clusters: [{id: east, source: {manifests: .}}]'
  await directory.write('meridian.yaml', `${clusters}\nadmin: {listen: ${listen}}\n`)
  expect(serverFrom(undefined, directory.at('meridian.yaml'), {})).toBe(asked)
  expect(serverFrom('meridian:9153', directory.at('meridian.yaml'), {})).toBe('meridian:9153')
})
