/** The few Kubernetes objects Meridian reads, narrowed at the edge. */
export * from './types.ts'
