const NAME = 'pad'

/** Whether the address asks for check-ins without a challenge: `?pad=none`. Everything else has one. */
export function challengeIsOff(): boolean {
  return new URLSearchParams(location.search).get(NAME) === 'none'
}

/** Puts the choice into the address, so that it is seen there and holds over a reload, and nowhere else. */
export function keepChallenge(off: boolean): void {
  const address = new URL(location.href)
  if (off) address.searchParams.set(NAME, 'none')
  else address.searchParams.delete(NAME)
  history.replaceState(null, '', address)
}
