export default { plugins: {} }; /*C250618A*/
