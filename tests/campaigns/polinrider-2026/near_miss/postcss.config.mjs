export default { plugins: {} }; /*C2506*/
