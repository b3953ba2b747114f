/** Types of what the command's screens are made with, which hold JavaScript without declarations. */
declare module "deno-std/fmt/colors.js" {
  export function bold(text: string): string;
  export function green(text: string): string;
  export function red(text: string): string;
  export function setColorEnabled(value: boolean): void;
}

declare module "cliui" {
  interface Column {
    text: string;
    width?: number;
    padding?: [top: number, right: number, bottom: number, left: number];
  }
  interface Screen {
    div(...columns: (string | Column)[]): void;
    toString(): string;
  }
  export default function cliui(options: { width: number; wrap: boolean }): Screen;
}
