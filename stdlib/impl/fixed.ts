/** The finite amount with so many decimal places, 0 to 100: the nearest one, halves of the exact amount away from 0. */
export const fixed = (amount: number, places: number): string => {
  // From 1e21 on `toFixed` gives an exponent; such a double is an int.
  if (Math.abs(amount) < 1e21) return amount.toFixed(places)
  return places === 0 ? String(BigInt(amount)) : `${BigInt(amount)}.${"0".repeat(places)}`
}
