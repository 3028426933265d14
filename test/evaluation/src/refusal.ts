/** A mistake in what was asked for: its sentence is all that is printed. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
