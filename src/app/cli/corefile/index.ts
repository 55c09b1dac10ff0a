/** `meridian corefile`: what makes a cluster's DNS forward here, for each kind of it; and the filter that puts it in. */
export { type CorefileFlags, runCorefile } from './command.ts'
export { corefileText, patchedText } from './corefile.ts'
// What a Corefile has that CoreDNS has no more, for `check`.
export { replacementIn } from './federation.ts'
