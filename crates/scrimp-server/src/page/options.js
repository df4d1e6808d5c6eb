// What is asked for.

const options = byId("options");
const LOOKS = {
  archive: "Most people see no difference even side by side: SSIMULACRA2 of 90.",
  high: "No difference unless you search for it: SSIMULACRA2 of 80.",
  web: "For pages, where nobody compares: SSIMULACRA2 of 70.",
  thumb: "For small previews: SSIMULACRA2 of 60.",
};

// As the query of a request. What is as by default is left out.
function query() {
  const asked = new URLSearchParams({ look: options.elements.look.value });
  for (const name of ["max_bytes", "floor"]) {
    const value = options.elements[name].value.trim();
    if (value) asked.set(name, value);
  }
  if (options.elements.effort.value !== "default") asked.set("effort", options.elements.effort.value);
  return asked.toString();
}

const explainLook = () => { byId("look-means").textContent = LOOKS[options.elements.look.value]; };
options.addEventListener("submit", (event) => event.preventDefault());
options.addEventListener("input", explainLook);
explainLook();
