import type { Signature, Type, Symbol as TypeSymbol } from 'typescript/unstable/sync';
import { CALL, type TypeProgram } from './program.ts';

const CONSTRUCT = 1;
const VALUE = 111551; // SymbolFlags.Value
const TYPE = 788968; // SymbolFlags.Type
const UNDEFINED_OR_NULL_OR_VOID = 0b11100;

/**
 * Where the exports of `theirs` and `ours` would not do for one another, a line each: the name, and what does not fit.
 *
 * `X: missing`; `X: theirs → ours` a value of their type is none of ours; `X: ours → theirs` the other way round;
 * `X: required` what they may leave out, or may not have; `X: may be absent` the other way round; `X: further keys` theirs takes
 * any property beside the named. A member is `X.member`, a parameter `X(0)`, a result `X()`.
 * What has a name in both modules is compared under that name alone, so that one cause is one line.
 */
export function compareExports(program: TypeProgram, theirPath: string, ourPath: string): string[] {
  const { checker } = program;
  const theirs = program.exportsOf(theirPath);
  const ours = program.exportsOf(ourPath);
  const found: string[] = [];
  /** Failures of whole types, which those of the names they are made of may explain. */
  const whole: { readonly line: string; readonly names: readonly string[] }[] = [];
  let met: string[] = [];

  for (const [name, symbol] of theirs) {
    const other = ours.get(name);
    if (other === undefined) {
      found.push(`${name}: missing`);
      continue;
    }
    if (symbol.flags & TYPE) {
      if (other.flags & TYPE)
        compare(name, checker.getDeclaredTypeOfSymbol(symbol), checker.getDeclaredTypeOfSymbol(other));
      else found.push(`${name}: missing as a type`);
    }
    if (symbol.flags & VALUE) {
      if (other.flags & VALUE) compare(`typeof ${name}`, typeOf(symbol), typeOf(other));
      else found.push(`${name}: missing as a value`);
    }
  }
  // One cause, one line: what fails because of a name that fails goes without saying, and so does what fails because of it.
  const nameIn = (line: string) => line.replace(/^typeof /, '').split(/[.:(]/)[0] ?? '';
  const faulty = new Set(found.map(nameIn));
  for (let rest = whole; rest.length > 0; ) {
    const explained = rest.filter(({ names }) => names.some((name) => faulty.has(name)));
    const causes = rest.filter(({ names }) => !rest.some(({ line }) => names.includes(nameIn(line))));
    const done = explained.length > 0 ? explained : causes.length > 0 ? causes : rest;
    if (explained.length === 0) found.push(...done.map(({ line }) => line));
    for (const { line } of done) faulty.add(nameIn(line));
    rest = rest.filter((one) => !done.includes(one));
  }
  return [...new Set(found)].sort();

  function typeOf(symbol: TypeSymbol): Type {
    const type = checker.getTypeOfSymbol(symbol);
    if (type === undefined) throw new Error(`${symbol.name} has no type.`);
    return type;
  }

  function nameOf(type: Type): string | undefined {
    const name = (type.getAliasSymbol() ?? type.getSymbol())?.name;
    return name !== undefined && theirs.has(name) && ours.has(name) ? name : undefined;
  }

  /** Without `undefined`, and out of its promise. */
  function core(type: Type): Type {
    const plain = checker.getNonNullableType(type) ?? type;
    if (plain.getSymbol()?.name !== 'Promise' || !plain.isTypeReference()) return plain;
    const [inner] = checker.getTypeArguments(plain);
    return inner === undefined ? plain : core(inner);
  }

  /** Whether it, or what its promise holds, may be `undefined` or `null`. */
  function mayBeAbsent(type: Type): boolean {
    if (type.flags & UNDEFINED_OR_NULL_OR_VOID) return false;
    if (checker.getNonNullableType(type) !== type) return true;
    if (type.getSymbol()?.name !== 'Promise' || !type.isTypeReference()) return false;
    const [inner] = checker.getTypeArguments(type);
    return inner !== undefined && mayBeAbsent(inner);
  }

  function compareMember(path: string, their: Type, our: Type): void {
    const [a, b] = [core(their), core(our)];
    const [isTheirs, isOurs] = [mayBeAbsent(their), mayBeAbsent(our)];
    if (isTheirs && !isOurs) found.push(`${path}: required`);
    if (!isTheirs && isOurs) found.push(`${path}: may be absent`);
    const name = nameOf(a);
    if (name !== undefined && name === nameOf(b)) {
      met.push(name);
      return;
    }
    const isArray = (type: Type) => checker.isArrayType(type);
    if (isArray(a) && isArray(b)) {
      const element = (type: Type) => (type.isTypeReference() ? checker.getTypeArguments(type)[0] : undefined);
      const [x, y] = [element(a), element(b)];
      if (x && y) {
        compareMember(path, x, y);
        return;
      }
    }
    compare(path, their, our);
  }

  function compare(path: string, their: Type, our: Type): void {
    const [a, b] = [core(their), core(our)];
    const signatures = ([CALL, CONSTRUCT] as const).flatMap((kind) => {
      const [one, another] = checker.getSignaturesOfType(a, kind);
      if (another) throw new Error(`${path} has overloads, of which only the first would be compared.`);
      return one ? [[kind, one] as const] : [];
    });
    for (const [kind, one] of signatures) {
      const [other] = checker.getSignaturesOfType(b, kind);
      if (other) compareSignatures(path, one, other, kind === CONSTRUCT);
      else found.push(`${path}: missing`);
    }
    const isFunction = signatures.length > 0;
    const members = a.isUnionType() || checker.isArrayType(a) ? [] : checker.getPropertiesOfType(a);
    const own = members.filter(({ declarations }) => declarations.length > 0 && !isOfLibrary(declarations));
    const before = found.length + whole.length;
    const outer = met;
    met = [];
    const isWhole = isFunction || (fits(a, b) && fits(b, a));
    if (own.length > 0) {
      for (const member of own) {
        if (member.name === 'prototype' || program.isPrivate(member)) continue;
        const other = checker.getPropertyOfType(b, member.name);
        if (other === undefined) found.push(`${path}.${member.name}: missing`);
        else compareMember(`${path}.${member.name}`, typeOf(member), typeOf(other));
      }
    }
    if (!isWhole && (found.length + whole.length === before || own.length === 0)) {
      if (!fits(a, b)) whole.push({ line: `${path}: theirs → ours`, names: met });
      if (!fits(b, a)) whole.push({ line: `${path}: ours → theirs`, names: met });
    }
    met = [...outer, ...met];
    const takesAny = (type: Type) => checker.getIndexInfosOfType(type).length > 0;
    if (!isFunction && a.isObjectType() && takesAny(a) && !takesAny(b)) found.push(`${path}: further keys`);
  }

  function compareSignatures(path: string, their: Signature, our: Signature, isClass: boolean): void {
    const count = (signature: Signature) => signature.parameters.length;
    for (let index = 0; index < count(their); index += 1) {
      const theirParameter = checker.getParameterType(their, index);
      const ourParameter = index < count(our) ? checker.getParameterType(our, index) : undefined;
      if (theirParameter && ourParameter) compareMember(`${path}(${index})`, theirParameter, ourParameter);
      else found.push(`${path}(${index}): missing`);
    }
    for (let index = count(their); index < count(our); index += 1) {
      const extra = checker.getParameterType(our, index);
      if (extra && !isOptional(extra)) found.push(`${path}(${index}): required`);
    }
    // An instance is compared under the name of its class.
    if (isClass) return;
    const [theirResult, ourResult] = [their, our].map((signature) => checker.getReturnTypeOfSignature(signature));
    if (theirResult && ourResult) compareMember(`${path}()`, theirResult, ourResult);
  }

  function fits(from: Type, to: Type): boolean {
    return checker.isTypeAssignableTo(from, to);
  }

  function isOptional(type: Type): boolean {
    return checker.isTypeAssignableTo(checker.getUndefinedType(), type);
  }
}

/** Of TypeScript's own library: `Error`, `Array` and the like. */
function isOfLibrary(declarations: readonly { readonly path: string }[]): boolean {
  return declarations.some(({ path }) => /\/lib\.[\w.]+\.d\.ts$/.test(path));
}
