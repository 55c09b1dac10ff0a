import { KARMADA_WORDS } from './karmada-words.ts'
import { KUBEFED_WORDS } from './kubefed-words.ts'
import type { RegistryWords } from './registry-types.ts'

/** All kinds of registries that speak of services. One is a file of its own, and its row here. */
export const REGISTRY_WORDS: readonly RegistryWords[] = [KARMADA_WORDS, KUBEFED_WORDS]
