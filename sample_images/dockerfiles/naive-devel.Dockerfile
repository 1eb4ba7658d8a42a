# How not to do it. Every line but FROM and CMD costs something; `layerscope analyze` says how much.
# Context: this folder, with a model.safetensors of yours beside this file.
FROM nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04
RUN rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y python3 python3-pip vim gdb
RUN pip install --upgrade pip && pip install torch==2.5.1 torchvision==0.20.1
WORKDIR /app
COPY app/ .
COPY model.safetensors /models/
RUN chmod -R g+w /models
RUN rm -rf /usr/share/doc /var/cache/apt/archives
CMD ["python3", "serve.py"]
