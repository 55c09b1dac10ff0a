import type { ObjectKey } from '../../words/kube/index.ts'
import { type FollowOptions, follow, type Reflected } from './follow.ts'

/** One kind of object, any kind, and who wants to know of all of them together. */
interface ReflectOptions<T> extends Omit<FollowOptions<T>, 'changed'> {
  /** All objects by key: once when they were listed, then whenever some differ; equal ones keep their identity. */
  readonly changed: (objects: ReadonlyMap<ObjectKey, T>) => void
}

/** As `follow`, for who looks at all objects whenever one changes. */
export const reflect = <T>(options: ReflectOptions<T>): Reflected =>
  follow({ ...options, changed: (_keys, objects) => options.changed(new Map(objects)) })
