/** Texts that others wrote: their encodings, YAML as kubectl reads it, and bytes that somebody sends in parts. */
export { type EncodingProblem, encodingProblemIn, textFrom, withoutMark } from './encoding.ts'
export { areCrumbs, Gathered } from './gathered.ts'
export { homeDirectory } from './home.ts'
export { AS_MANIFEST, readKubeconfig } from './kubectl-scalars.ts'
export { plainData } from './plain-data.ts'
export { readText } from './read-text.ts'
export { jsonReason, whyNotYaml, yamlReason } from './reasons.ts'
export { endOfJson, hasMoreValues, valuesIn } from './structure.ts'
