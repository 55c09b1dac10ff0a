/** What a mistake of ours says of itself, where an object brings it out. */
export const bugSentence = (error: unknown): string => `a bug of Meridian, please report it: ${String(error)}`
