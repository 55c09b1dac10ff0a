import {
  type Distribute,
  type Locality,
  matchesLocality,
  type Policy,
  type Viewpoint,
} from '../../words/clusterset/index.ts'

/** The `distribute` that is in force for a viewpoint, if any: the first that matches it, unless `weights` are. */
export const distributeIn = ({ weights, distribute }: Policy, from: Viewpoint): Distribute | undefined =>
  weights === null ? distribute.find((one) => matchesLocality(one.from, from.locality)) : undefined

/** The weight that a `distribute` gives to a place; undefined when it does not list it. */
export const shareOfPlace = ({ to }: Distribute, place: Locality | null): number | undefined =>
  to.find(({ locality }) => matchesLocality(locality, place))?.weight
