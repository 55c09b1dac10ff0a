/** How src/ is laid out: its groups of folders, in the order of src/README.md. */

/** The listing of src/README.md: a folder imports from those above it, never from below. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  values: ['branded', 'table', 'packed', 'dns'],
  words: ['kube', 'clusterset', 'observe', 'care', 'threads'],
  sources: [
    'texts',
    'changes',
    'manifests',
    'apiserver',
    'kinds',
    'freshness',
    'state',
    'resolver',
    'geo',
    'reader',
  ],
  world: ['istio', 'inventory', 'synthesis', 'zone'],
  answer: ['routing', 'records'],
  server: ['replica', 'wire', 'replies', 'speed', 'transport', 'health', 'workers'],
  controller: [],
  app: ['parts', 'flow', 'config', 'registry', 'effective', 'admin'],
  'meridian.ts': [],
  'app/cli': [],
}
export const ORDER: readonly string[] = Object.entries(GROUPS).flatMap(([group, folders]) =>
  folders.length === 0 ? [group] : folders.map((folder) => `${group}/${folder}`),
)
