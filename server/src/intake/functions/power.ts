/** `pow` as Go's math.Pow computes it: its last digits differ from those of the machine that runs us. */

/** NaN where there is no real result. */
export function power(x: number, y: number): number {
  // Where powers need no rounding, and the cases of zero and infinity, IEEE 754 leaves no choice.
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (y === 0.5) return Math.sqrt(x);
  if (y === -0.5) return 1 / Math.sqrt(x);
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || Math.abs(y) >= 2 ** 63) return x ** y;
  if (x < 0 && !Number.isInteger(y)) return Number.NaN;
  return finite(x, y);
}

/** The whole part of the exponent by squaring, with powers of two kept apart; the rest by exp and log. */
function finite(x: number, y: number): number {
  let whole = Math.trunc(Math.abs(y));
  let fraction = Math.abs(y) - whole;
  if (fraction > 0.5) {
    fraction--;
    whole++;
  }
  let result = fraction === 0 ? 1 : Math.exp(fraction * Math.log(x));
  let exponent = 0;
  let [factor, twos] = split(x);
  for (let bits = whole; bits !== 0; bits = Math.floor(bits / 2)) {
    if (Math.abs(twos) > 4096) {
      exponent += twos;
      break;
    }
    if (bits % 2 === 1) {
      result *= factor;
      exponent += twos;
    }
    factor *= factor;
    twos *= 2;
    if (factor < 0.5) {
      factor += factor;
      twos--;
    }
  }
  return y < 0 ? scale(1 / result, -exponent) : scale(result, exponent);
}

/** `x` as a number from 0.5 to 1, of its sign, and a power of two. */
function split(x: number): [number, number] {
  let exponent = 0;
  let rest = x;
  if (Math.abs(rest) < 2 ** -1022) {
    rest *= 2 ** 52;
    exponent = -52;
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, rest);
  const high = view.getUint32(0);
  exponent += ((high >>> 20) & 0x7ff) - 1022;
  view.setUint32(0, (high & 0x800fffff) | (1022 << 20));
  return [view.getFloat64(0), exponent];
}

/** `n × 2^exponent`; in steps, so that no power of two overflows on the way. */
function scale(n: number, exponent: number): number {
  let result = n;
  let rest = exponent;
  for (; rest > 1000; rest -= 1000) result *= 2 ** 1000;
  for (; rest < -1000; rest += 1000) result *= 2 ** -1000;
  return result * 2 ** rest;
}
