import js from "@eslint/js";

// Files are joined into one script: what is defined in another file is the type checker's matter.
export default [
  js.configs.recommended,
  {
    languageOptions: { sourceType: "script", ecmaVersion: 2022 },
    rules: {
      "no-undef": "off",
      "no-unused-vars": ["error", { vars: "local" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "prefer-const": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "max-lines": ["error", { max: 400 }],
    },
  },
];
