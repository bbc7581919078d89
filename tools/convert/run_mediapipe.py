"""Raw outputs of a model as MediaPipe's own graph computes them.

Runs by itself, in an environment that holds the `mediapipe==0.10.21` wheel and nothing of mien:
``python run_mediapipe.py FOLDER OUTPUTS`` reads FOLDER/model.tflite and FOLDER/pictures.npz and
writes FOLDER/outputs.npz. `parity.py` calls it.
"""

import sys
from pathlib import Path

import mediapipe
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRAPH = """
input_stream: "IMAGE:image"
node {{
  calculator: "ImageToTensorCalculator" input_stream: "IMAGE:image" output_stream: "TENSORS:input"
  options {{ [mediapipe.ImageToTensorCalculatorOptions.ext] {{
    output_tensor_width: {width} output_tensor_height: {height} keep_aspect_ratio: false
    output_tensor_float_range {{ min: 0.0 max: 1.0 }} }} }}
}}
node {{
  calculator: "TfLiteCustomOpResolverCalculator" output_side_packet: "OP_RESOLVER:operators"
  options {{ [mediapipe.TfLiteCustomOpResolverCalculatorOptions.ext] {{ use_gpu: false }} }}
}}
node {{
  calculator: "InferenceCalculator" input_side_packet: "OP_RESOLVER:operators"
  input_stream: "TENSORS:input" output_stream: "TENSORS:tensors"
  options {{ [mediapipe.InferenceCalculatorOptions.ext] {{
    model_path: "{model}" delegate {{ xnnpack {{}} }} }} }}
}}
node {{
  calculator: "SplitTensorVectorCalculator" input_stream: "tensors"
  {parts}
  options {{ [mediapipe.SplitVectorCalculatorOptions.ext] {{ {ranges} }} }}
}}
"""
#: For each output: its stream, and the calculator that turns the tensor into numbers.
EXIT = """
output_stream: "numbers_{0}"
node {{
  calculator: "TensorsToFloatsCalculator"
  input_stream: "TENSORS:part_{0}" output_stream: "FLOATS:numbers_{0}"
}}
"""


def describe(model: Path, height: int, width: int, outputs: int) -> str:
    """The text of a graph that runs ``model`` on pictures of its own size."""
    each = range(outputs)
    main = GRAPH.format(
        model=model,
        height=height,
        width=width,
        parts=" ".join(f'output_stream: "part_{i}"' for i in each),
        ranges=" ".join(f"ranges: {{ begin: {i} end: {i + 1} }}" for i in each),
    )
    return main + "".join(EXIT.format(i) for i in each)


def run(text: str, picture: NDArray[np.uint8], outputs: int) -> list[Floats]:
    """The outputs for one picture, flattened."""
    found: dict[int, Floats] = {}

    def keep(stream: str, packet: mediapipe.Packet) -> None:
        numbers = mediapipe.packet_getter.get_float_list(packet)
        found[int(stream.rpartition("_")[2])] = np.array(numbers, np.float32)

    graph = mediapipe.CalculatorGraph(graph_config=text)
    for index in range(outputs):
        graph.observe_output_stream(f"numbers_{index}", keep)
    graph.start_run()
    frame = mediapipe.packet_creator.create_image_frame(
        image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture)
    )
    graph.add_packet_to_input_stream("image", frame.at(0))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return [found[index] for index in range(outputs)]


def main() -> None:
    """Run all pictures of the folder that the command line names."""
    folder, outputs = Path(sys.argv[1]), int(sys.argv[2])
    pictures = np.load(folder / "pictures.npz")["pictures"]
    _, height, width, _ = pictures.shape
    text = describe(folder / "model.tflite", height, width, outputs)
    results = [run(text, picture, outputs) for picture in pictures]
    np.savez(folder / "outputs.npz", *(value for result in results for value in result))


if __name__ == "__main__":
    main()
