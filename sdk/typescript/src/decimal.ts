/** Exact arithmetic. There is no way from a binary floating-point number to a decimal, and no rounding that is not asked for. */

/** Largest number of digits after the point. */
export const MAX_SCALE = 9;

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** Why there is no such decimal. */
export type DecimalFault = "malformed" | "too-precise" | "overflow" | "inexact" | "division-by-zero";

const REASONS: Record<DecimalFault, { zh: string; en: string }> = {
  malformed: {
    zh: "不是小数:请用数字和至多一个小数点,例如 12.50",
    en: "not a decimal number: use digits with at most one point, such as 12.50",
  },
  "too-precise": { zh: "小数位数超过 9 位", en: "more than 9 digits after the point" },
  overflow: { zh: "数值过大", en: "the number is too large" },
  inexact: {
    zh: "位数如此多的 JSON 数字不精确:请以文本给出",
    en: "a JSON number with this many digits is not exact: it has to come as text",
  },
  "division-by-zero": { zh: "除数为零", en: "division by zero" },
};

/** Thrown where there is no such decimal. Uncaught, it becomes `invalid` with the field `number`. */
export class DecimalError extends Error {
  override readonly name = "DecimalError";
  readonly fault: DecimalFault;
  readonly reason: { zh: string; en: string };

  constructor(fault: DecimalFault) {
    super(REASONS[fault].en);
    this.fault = fault;
    this.reason = REASONS[fault];
  }
}

/** An exact decimal number: `units / 10^scale`, as the contract has it. `1.25` is `new Decimal(125n, 2)`. */
export class Decimal {
  static readonly ZERO = new Decimal(0n, 0);
  static readonly ONE = new Decimal(1n, 0);

  readonly units: bigint;
  readonly scale: number;

  /** Throws where the units do not fit 64 bits or the scale is above nine. */
  constructor(units: bigint, scale: number) {
    if (!Number.isInteger(scale) || scale < 0 || scale > MAX_SCALE) {
      throw new DecimalError("too-precise");
    }
    this.units = narrow(units);
    this.scale = scale;
  }

  /** A decimal from text such as `-12.50`. */
  static parse(text: string): Decimal {
    const [, sign, whole, fraction = ""] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
    if (whole === undefined) {
      throw new DecimalError("malformed");
    }
    return new Decimal(BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n), fraction.length);
  }

  /** A whole number. */
  static whole(number: bigint | number): Decimal {
    if (typeof number === "number" && !Number.isSafeInteger(number)) {
      throw new DecimalError("malformed");
    }
    return new Decimal(BigInt(number), 0);
  }

  /**
   * A decimal from JSON: text, or a number as upstreams write prices. The shortest text that stands for the number is what they
   * wrote, as long as it has no more digits than such a number keeps; beyond that the answer would be a guess.
   */
  static fromJson(value: unknown): Decimal {
    if (value instanceof Decimal) {
      return value;
    }
    if (typeof value === "string") {
      return Decimal.parse(value);
    }
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new DecimalError("malformed");
    }
    const text = plain(value);
    if (text.replace(/[^0-9]/g, "").length > 16 || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      throw new DecimalError("inexact");
    }
    return Decimal.parse(text);
  }

  /** An amount in minor units of a currency with this many digits (CNY: 2). */
  static fromAmount(amount: bigint, digits: number): Decimal {
    return new Decimal(amount, digits);
  }

  get isZero(): boolean {
    return this.units === 0n;
  }

  get isPositive(): boolean {
    return this.units > 0n;
  }

  get isNegative(): boolean {
    return this.units < 0n;
  }

  /** The exact sum. */
  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(shift(this.units, this.scale, scale) + shift(other.units, other.scale, scale), scale);
  }

  /** The exact difference. */
  minus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(shift(this.units, this.scale, scale) - shift(other.units, other.scale, scale), scale);
  }

  /** The product, without zeros at its end; exact up to nine digits after the point, rounded half up beyond. */
  times(other: Decimal): Decimal {
    const from = this.scale + other.scale;
    const scale = Math.min(from, MAX_SCALE);
    return new Decimal(shift(this.units * other.units, from, scale), scale).trimmed();
  }

  /** The quotient, rounded half up to this many digits after the point. */
  dividedBy(divisor: Decimal, scale: number): Decimal {
    if (divisor.isZero) {
      throw new DecimalError("division-by-zero");
    }
    check(scale);
    const dividend = this.units * power(divisor.scale + scale);
    return new Decimal(divide(dividend, divisor.units * power(this.scale)), scale);
  }

  /** Rounded half up (away from zero at the half) to this many digits after the point. */
  rounded(scale: number): Decimal {
    check(scale);
    return new Decimal(shift(this.units, this.scale, scale), scale);
  }

  /** The amount in minor units of a currency with this many digits (CNY: 2), rounded half up. */
  toAmount(digits: number): bigint {
    return this.rounded(digits).units;
  }

  /** The same value without zeros at the end. */
  trimmed(): Decimal {
    let { units, scale } = this;
    while (scale > 0 && units % 10n === 0n) {
      units /= 10n;
      scale -= 1;
    }
    return new Decimal(units, scale);
  }

  /** Below zero if this is less than the other, zero if they are equal, above zero if it is more. */
  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const difference = shift(this.units, this.scale, scale) - shift(other.units, other.scale, scale);
    return difference < 0n ? -1 : Number(difference > 0n);
  }

  /** Do they have the same value? `1.50` equals `1.5`. */
  equals(other: Decimal): boolean {
    return this.compare(other) === 0;
  }

  toString(): string {
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.scale + 1, "0");
    const point = digits.length - this.scale;
    const text = this.scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
    return this.units < 0n ? `-${text}` : text;
  }

  toJSON(): string {
    return this.toString();
  }

  /** A decimal has no `number`: that would lose digits. Use `plus`, `compare`, `toString`. */
  valueOf(): never {
    throw new TypeError("a Decimal is not a number: use plus, minus, times, dividedBy, compare or toString");
  }
}

function check(scale: number): void {
  if (!Number.isInteger(scale) || scale < 0 || scale > MAX_SCALE) {
    throw new DecimalError("too-precise");
  }
}

function narrow(units: bigint): bigint {
  if (units < LEAST || units > MOST) {
    throw new DecimalError("overflow");
  }
  return units;
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** Moves the point; half up where digits are lost. */
function shift(units: bigint, from: number, to: number): bigint {
  return to >= from ? units * power(to - from) : divide(units, power(from - to));
}

/** Half up, away from zero at the half. */
function divide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = magnitude(dividend % divisor);
  if (rest < magnitude(divisor) - rest) {
    return quotient;
  }
  return quotient + (dividend < 0n === divisor < 0n ? 1n : -1n);
}

function magnitude(number: bigint): bigint {
  return number < 0n ? -number : number;
}

/** The shortest text of a number, written out. */
function plain(value: number): string {
  const [digits = "", exponent] = String(value).split("e");
  if (exponent === undefined) {
    return digits;
  }
  const [, sign, whole = "", fraction = ""] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(digits) ?? [];
  const moved = Number(exponent);
  const text = `${whole}${fraction}`;
  const point = whole.length + moved;
  const written = point > 0 ? text.padEnd(point, "0") : `0.${"0".repeat(-point)}${text}`;
  return `${sign ?? ""}${written}`;
}
