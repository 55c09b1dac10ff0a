// Plain JavaScript that any Node can parse: the one place that tells an old Node apart before it fails obscurely.
const major = Number(process.versions.node.split('.')[0])

if (major < 24) {
  console.error(
    `meridian: needs Node 24 or newer, this is ${process.version} (${process.execPath}).\n` +
      'In a checkout, `npm ci` brings the right one and npm scripts use it: `npm start`, `npm run meridian -- …`.\n' +
      'If you ran it with --omit=optional or on another platform, put a Node 24 first in PATH.',
  )
  process.exit(1)
}
