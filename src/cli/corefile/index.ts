/** `meridian corefile`: what makes a cluster's DNS forward here, for each kind of it; and the filter that puts it in. */
export {
  type CorefileOptions,
  checkFilter,
  corefileText,
  type Patched,
  patched,
  patchedText,
  TARGETS,
  unpatchedText,
} from './corefile.ts'
