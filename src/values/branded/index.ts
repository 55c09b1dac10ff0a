/** Texts of a kind, told apart by the compiler alone. */

/**
 * A text of one kind, which the compiler does not take for a text of another: a name is no address. A plain text is
 * taken, since reading one is what makes it of a kind; at run time there is nothing of it.
 */
export type Branded<Kind extends string> = string & Brand<Kind>

interface Brand<Kind> {
  readonly kind?: Kind
}
