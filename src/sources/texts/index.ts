/** Texts that others wrote: their encodings, YAML as kubectl reads it, and bytes that somebody sends in parts. */

// UTF-8 or why not: UTF-16 of Windows is told as that, with what to do.
export { type EncodingProblem, encodingProblemIn, textFrom, withoutMark } from './encoding.ts'
// Bytes of one sender in one buffer, and whether they come in parts so small that they cost more than they say.
export { areCrumbs, Gathered } from './gathered.ts'
// What `~` stands for in a path.
export { homeDirectory } from './home.ts'
// YAML as kubectl reads it: which texts are numbers, times and truth values, and what a key twice means.
export { AS_MANIFEST, readKubeconfig } from './kubectl-scalars.ts'
// Aliases of YAML as the values that they stand for, within a bound.
export { plainData } from './plain-data.ts'
// A file, or a pipe such as `<(…)`, which is waited for, but not for ever.
export { readText } from './read-text.ts'
// Why a text cannot be parsed, without the text: it may hold secrets.
export { jsonReason, whyNotYaml, yamlReason } from './reasons.ts'
// Where YAML has a key twice, found in one pass however many keys there are.
export { repeatedKeysIn } from './repeated-keys.ts'
// How much a JSON text would become, found out before it is parsed.
export { endOfJson, hasMoreValues, valuesIn } from './structure.ts'
// How much YAML of somebody else's is parsed in one go, found out before it is.
export { excessIn, FIELDS_BOUND, KUBECONFIG_BOUND, marksIn } from './yaml-bound.ts'
