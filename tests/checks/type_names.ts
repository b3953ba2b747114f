/** Checks that a name has one meaning: no two files export a type of the same name. */
import ts from "typescript";
import { lineOf, parseFile } from "./import_graph.ts";

/** Lists the type names that several of `files`, relative to `root`, declare and export. */
export function checkTypeNames(root: string, files: readonly string[]): string[] {
  const places = new Map<string, string[]>();
  for (const file of files) {
    for (const statement of parseFile(root, file).statements) {
      if (!isExportedType(statement)) continue;
      const name = statement.name!.text;
      const known = places.get(name) ?? [];
      // An interface may be declared in several parts of one file.
      if (!known.some((place) => place.startsWith(`${file}:`))) {
        places.set(name, [...known, `${file}:${lineOf(statement)}`]);
      }
    }
  }
  return [...places].filter(([, where]) => where.length > 1)
    .map(([name, where]) => `${name} is declared in ${where.join(" and in ")}`);
}

type TypeDeclaration =
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.ClassDeclaration
  | ts.EnumDeclaration;

function isExportedType(statement: ts.Statement): statement is TypeDeclaration {
  const declares = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
  return declares && statement.name !== undefined &&
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}
