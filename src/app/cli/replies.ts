import { z } from 'zod'
import { printable } from '../../words/kube/index.ts'
import type { AnswerInWords, Explained } from '../admin/index.ts'

/**
 * What the admin pages answer, narrowed: whatever listens there may be something else, or a Meridian of another version.
 * What that one knows more of is kept.
 */
export const parseAsked = (page: string): AnswerInWords => asked.parse(read(page))

export const parseExplained = (page: string): Widened<Explained> => explained.parse(read(page))

const read = (page: string): unknown =>
  JSON.parse(page, (_key, value: unknown) => (typeof value === 'string' ? printable(value) : value))

/** The same with words of any kind where there is a choice of them: they are printed as they come. */
export type Widened<T> = T extends string
  ? string
  : T extends number | boolean | null | undefined
    ? T
    : T extends readonly (infer One)[]
      ? readonly Widened<One>[]
      : { readonly [Key in keyof T]: Widened<T[Key]> }

const texts = z.array(z.string())
const text = z.string()
const textOrNone = z.string().nullable()
const numberOrNone = z.number().nullable()

const asked: z.ZodType<AnswerInWords> = z.looseObject({
  question: text,
  viewpoint: text,
  rcode: text,
  authoritative: z.boolean(),
  answers: texts,
  authority: texts,
  additional: texts,
  errors: z.array(z.looseObject({ code: z.number(), text })),
})

const cluster: z.ZodType<Widened<Explained['clusters'][number]>> = z.looseObject({
  cluster: text,
  locality: textOrNone,
  network: textOrNone,
  state: text,
  lastHeard: textOrNone,
  slow: z.boolean(),
  precedence: numberOrNone,
  export: text,
  exportedAt: textOrNone,
  exportedBy: text.optional(),
  ready: z.number(),
  endpoints: z.number(),
  basis: textOrNone,
  ignored: z.array(z.looseObject({ reason: text, count: z.number(), example: text })),
  conflicts: texts,
  remarks: texts,
  route: textOrNone,
  addresses: texts,
  moreAddresses: z.number().default(0),
  noRoute: texts,
  distance: textOrNone,
  weight: numberOrNone,
  level: numberOrNone,
  share: numberOrNone,
  shareOf: z.looseObject({ A: z.number(), AAAA: z.number() }).nullable(),
  fate: text,
})

const explained: z.ZodType<Widened<Explained>> = z.looseObject({
  service: text,
  viewpoint: z.looseObject({ cluster: text, locality: textOrNone }),
  summary: text,
  import: z
    .looseObject({
      type: text,
      ports: text,
      sessionAffinity: text,
      internalTrafficPolicy: text,
      precedence: text.optional(),
    })
    .nullable(),
  found: z.array(z.looseObject({ cluster: text, type: text, ips: texts, foreign: z.boolean() })),
  conflicts: z.array(z.looseObject({ reason: text, message: text, clusters: texts })),
  policy: z
    .array(z.looseObject({ part: text, by: text, decidedBy: textOrNone, withoutEffect: text.optional() }))
    .optional(),
  policyElsewhere: z.array(z.looseObject({ part: text, by: text, clientsOf: z.array(text) })).optional(),
  objects: z
    .array(
      z.looseObject({
        cluster: text,
        kind: text,
        name: text,
        outcome: text,
        why: textOrNone,
        leftOut: texts,
      }),
    )
    .optional(),
  moreObjects: z.number().optional(),
  clusters: z.array(cluster),
  cut: z.array(
    z.looseObject({
      name: text,
      type: text,
      records: z.number(),
      answered: z.number(),
      atLeast: z.boolean().optional(),
    }),
  ),
  records: texts,
  moreCut: z.boolean().default(false),
  moreRecords: z.boolean().default(false),
  written: z.array(z.looseObject({ cluster: text, lines: texts })),
})
