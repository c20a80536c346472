export type Result = { token: number; until: number };
export interface Options {
  name: string;
  size?: string;
}
export interface Client {
  get: (options: Options, force: boolean, more: string) => Promise<string>;
  may: (options: Options, more?: Result) => Promise<Result | undefined>;
  fewer: (name: string) => void;
  none: () => Result | null;
  same: (name: 'x') => Promise<number[]>;
}
export declare const Codes: { readonly A: 'z' };
export declare class Thing {
  constructor(name: number);
  client: Client;
}
export declare const OnlyType: string;
