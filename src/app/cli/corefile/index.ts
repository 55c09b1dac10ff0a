/** `meridian corefile`: what makes a cluster's DNS forward here, for each kind of it; and the filter that puts it in. */

// The command, which prints a Corefile's part or filters an object.
export { type CorefileFlags, runCorefile } from './command.ts'
// The part that makes one kind of DNS server forward here, as text; and an object of that server with it put in.
export { corefileText, patchedText } from './corefile.ts'
// What a Corefile has that CoreDNS has no more, for `check`.
export { replacementIn } from './federation.ts'
