/** What all threads of the process have in common, whatever they do. */
export { threadUrl } from './thread-url.ts'
