// The file tree of the container image, built without a container engine: the Dockerfile runs this, and so do tests.
// `npm run image -- --to DIR`; `--arch arm64` builds for another machine than this one.
import '../bin/require-node.mjs'

await import('./image/main.ts')
